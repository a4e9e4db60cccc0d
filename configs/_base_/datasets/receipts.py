# Where the data is, is said here and nowhere else; --data-root DIR of the tools sets the variable.
data_root = '{{$MMRECEIPT_DATA:data/receipts}}'

receipts_train = dict(
    type='ReceiptDataset',
    data_root=data_root,
    ann_file='folds/fold{fold}_train.json',
    fold=0,
    data_prefix=dict(img_path='images/train'),
)
receipts_val = dict(receipts_train, ann_file='folds/fold{fold}_val.json', test_mode=True)
receipts_test = dict(
    type='ReceiptDataset',
    data_root=data_root,
    ann_file='jsons/test.json',
    data_prefix=dict(img_path='images/test'),
    test_mode=True,
)
